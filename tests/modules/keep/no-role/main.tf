resource "aws_iam_role" "spare" {
  name               = "spare"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "empty" {
  name = "empty"
}

resource "aws_iam_instance_profile" "spare" {
  name = "spare"
  role = aws_iam_role.spare.name
}

resource "aws_launch_template" "twice" {
  name = "twice"

  iam_instance_profile {
    name = aws_iam_instance_profile.spare.name
    arn  = aws_iam_instance_profile.spare.arn
  }
}

resource "aws_instance" "empty" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.empty.name
}
