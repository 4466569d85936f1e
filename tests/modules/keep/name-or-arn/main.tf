variable "profile_arn" {
  type    = string
  default = null
}

locals {
  profile_name = var.profile_arn == null ? aws_iam_instance_profile.either.name : null
}

resource "aws_launch_template" "either" {
  name = "either"

  iam_instance_profile {
    name = local.profile_name
    arn  = var.profile_arn
  }
}

resource "aws_launch_template" "null" {
  name = "null"

  iam_instance_profile {
    name = null
    arn  = aws_iam_instance_profile.either.arn
  }
}

resource "aws_iam_role" "either" {
  name               = "either"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "either" {
  name = "either"
  role = aws_iam_role.either.name
}
