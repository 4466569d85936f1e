locals {
  role_name = aws_iam_role.ops.name
  profile   = local.role_name
  settings = {
    size    = "t3.micro"
    profile = aws_iam_role.ops.id
  }
}

resource "aws_instance" "a" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = local.profile
}

resource "aws_instance" "b" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = local.settings.profile
}

resource "aws_iam_role" "ops" {
  name               = "ops"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}
