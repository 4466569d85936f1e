resource "aws_instance" "lucky" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_role.lucky.name
}

resource "aws_iam_role" "lucky" {
  name               = "lucky"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "lucky" {
  name = aws_iam_role.lucky.name
  role = aws_iam_role.lucky.name
}
