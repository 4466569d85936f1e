locals {
  shared = aws_iam_role.torn.name
}

resource "aws_instance" "torn" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = local.shared
}

resource "aws_iam_role_policy_attachment" "torn" {
  role       = local.shared
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

resource "aws_iam_role" "torn" {
  name               = "torn"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}
