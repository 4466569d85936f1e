locals {
  name = "web"
}

resource "aws_instance" "web" {
  iam_instance_profile = "web"
}

resource "aws_iam_instance_profile" "web" {
  name = local.name
  role = aws_iam_role.web.name
}

resource "aws_iam_role" "web" {
  name               = "web"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}
