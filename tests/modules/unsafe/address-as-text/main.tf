resource "aws_instance" "text" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = "aws_iam_role.plain.name"
}

resource "aws_instance" "profile" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = "aws_iam_instance_profile.plain.name"
}

resource "aws_iam_role" "plain" {
  name               = "plain"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "plain" {
  name = "plain"
  role = "aws_iam_role.plain.name"
}
