resource "aws_elastic_beanstalk_environment" "shop" {
  name        = "shop"
  application = "shop"

  setting {
    namespace = "aws:autoscaling:launchconfiguration"
    name      = "IamInstanceProfile"
    value     = aws_iam_instance_profile.shop.name
  }

  setting {
    namespace = "aws:elasticbeanstalk:environment"
    name      = "ServiceRole"
    value     = aws_iam_role.service.name
  }
}

resource "aws_elastic_beanstalk_configuration_template" "shop" {
  name        = "shop"
  application = "shop"

  setting {
    name      = "IamInstanceProfile"
    namespace = "aws:autoscaling:launchconfiguration"
    value     = aws_iam_instance_profile.shop.arn
  }
}

resource "aws_iam_role" "shop" {
  name               = "shop"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "shop" {
  name = aws_iam_role.shop.name
  role = aws_iam_role.shop.name
}

resource "aws_iam_role" "service" {
  name               = "service"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "elasticbeanstalk.amazonaws.com" } }] })
}
