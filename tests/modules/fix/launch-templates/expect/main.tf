resource "aws_launch_template" "by_name" {
  name = "by-name"
  iam_instance_profile {
    name = aws_iam_instance_profile.worker.name
  }
}

resource "aws_launch_template" "by_arn" {
  name = "by-arn"

  iam_instance_profile {
    arn = aws_iam_instance_profile.worker.arn
  }
}

resource "aws_launch_template" "named_arn" {
  name = "named-arn"

  iam_instance_profile {
    arn = aws_iam_instance_profile.worker.arn
  }
}

resource "aws_iam_role" "worker" {
  name               = "worker"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "worker" {
  name = aws_iam_role.worker.name
  role = aws_iam_role.worker.name
}
