resource "aws_instance" "arn" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.mixed.name
}

resource "aws_instance" "whole" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.mixed.name
}

resource "aws_launch_template" "name" {
  name = "name"

  iam_instance_profile {
    arn = aws_iam_instance_profile.mixed.arn
  }
}

resource "aws_iam_role" "mixed" {
  name               = "mixed"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "mixed" {
  name = "mixed"
  role = aws_iam_role.mixed.name
}
