resource "aws_instance" "end" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.end.name
}

resource "aws_iam_role" "end" {
  name               = "end"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "end" {
  name = aws_iam_role.end.name
  role = aws_iam_role.end.name
}