provider "aws" {
  alias  = "west"
  region = "us-west-2"
}

resource "aws_iam_role" "mirror" {
  provider = aws.west

  name               = "mirror"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "mirror" {
  provider = aws.west

  name = aws_iam_role.mirror.name
  role = aws_iam_role.mirror.name
}

resource "aws_instance" "mirror" {
  provider = aws.west

  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.mirror.name
}
