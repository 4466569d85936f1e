resource "aws_imagebuilder_infrastructure_configuration" "golden" {
  name                  = "golden"
  instance_profile_name = aws_iam_instance_profile.golden.name
}

resource "aws_emr_cluster" "spark" {
  name          = "spark"
  release_label = "emr-5.33.0"
  applications  = ["Spark"]
  service_role  = aws_iam_role.emr.arn

  ec2_attributes {
    instance_profile = aws_iam_instance_profile.golden.arn
  }

  master_instance_group {
    instance_type = "m5.xlarge"
  }
}

resource "aws_opsworks_stack" "old" {
  name                         = "old"
  region                       = "eu-west-1"
  service_role_arn             = aws_iam_role.emr.arn
  default_instance_profile_arn = aws_iam_instance_profile.golden.arn
}

resource "aws_opsworks_custom_layer" "old" {
  name                        = "old"
  short_name                  = "old"
  stack_id                    = aws_opsworks_stack.old.id
  custom_instance_profile_arn = aws_iam_instance_profile.golden.arn
}

resource "aws_iam_role" "golden" {
  name               = "golden"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "golden" {
  name = aws_iam_role.golden.name
  role = aws_iam_role.golden.name
}

resource "aws_iam_role" "emr" {
  name               = "emr"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "elasticmapreduce.amazonaws.com" } }] })
}
