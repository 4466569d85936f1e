resource "aws_instance" "lambda" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.lambda.name
}

resource "aws_iam_role" "lambda" {
  name               = "lambda"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "lambda" {
  name = "lambda"
  role = aws_iam_role.lambda.name
}
