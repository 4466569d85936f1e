resource "aws_instance" "first" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.circle.name
}

resource "aws_iam_role" "circle" {
  name               = "circle"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "circle" {
  name = aws_iam_role.circle.name
  role = aws_iam_role.circle.name
}

resource "aws_iam_instance_profile" "late" {
  name       = "late"
  role       = aws_iam_role.circle.name
  depends_on = [aws_instance.first]
}
