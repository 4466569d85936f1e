resource "aws_instance" "first" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = "aws_iam_role.counted.0.name"
}

resource "aws_iam_role" "counted" {
  count = 2

  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "counted" {
  count = 2

  role = aws_iam_role.counted[count.index].name
}
