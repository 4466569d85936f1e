resource "aws_iam_role" "web" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "web" {
  role = aws_iam_role.web.name
}

resource "aws_iam_instance_profile" "waiting" {
  role = aws_iam_role.web.name
  tags = { server = resource.aws_instance.first.id }
}

resource "aws_instance" "first" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = resource.aws_iam_instance_profile.web.name
}

resource "aws_iam_role" "api" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "api" {
  name = resource.aws_iam_role.api.name
  role = resource.aws_iam_role.api.name
}

resource "aws_instance" "second" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = resource.aws_iam_instance_profile.api.name
}

resource "aws_instance" "third" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.api.name
}
