variable "big" {
  default = true
}

resource "aws_instance" "a" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = var.big ? aws_iam_role.big.name : aws_iam_role.small.name
}

resource "aws_instance" "b" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = var.big ? aws_iam_instance_profile.kept.name : aws_iam_role.small.arn
}

resource "aws_instance" "c" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = var.big ? aws_iam_role.big.id : null
}

resource "aws_instance" "d" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_role.small.name == "x" ? "" : (var.big ? aws_iam_role.small.name : aws_iam_role.big.name)
}

resource "aws_iam_role" "big" {
  name               = "big"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_role" "small" {
  name               = "small"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "kept" {
  role = aws_iam_role.big.name
}
