resource "aws_instance" "web" {
  iam_instance_profile = aws_iam_role.web.name
}

resource "aws_launch_template" "web" {
  iam_instance_profile {
    name = aws_iam_role.web.name
  }
}

resource "aws_iam_role" "web" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}
