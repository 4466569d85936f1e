locals {
  pair  = [aws_iam_instance_profile.web.name, aws_iam_role.web.name]
  alias = local.pair
}

resource "aws_instance" "web" {
  ami                  = "ami-12345678"
  instance_type        = "t3.micro"
  iam_instance_profile = local.alias[1]
}

resource "aws_instance" "db" {
  count                = 2
  ami                  = "ami-12345678"
  instance_type        = "t3.micro"
  iam_instance_profile = element([aws_iam_role.web.name, aws_iam_instance_profile.web.name], count.index)
}

resource "aws_instance" "api" {
  ami                  = "ami-12345678"
  instance_type        = "t3.micro"
  iam_instance_profile = tolist([[aws_iam_role.web.name], [aws_iam_role.web.name, aws_iam_role.web.name]])[1][1]
}

resource "aws_iam_instance_profile" "web" {
  role = aws_iam_role.web.name
}

resource "aws_iam_role" "web" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}
