resource "aws_iam_role" "held" {
  name               = "held"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "by_arn" {
  name = "by-arn"
  role = aws_iam_role.held.arn
}

resource "aws_iam_instance_profile" "in_list" {
  name = "in-list"
  role = [aws_iam_role.held.name]
}

resource "aws_iam_instance_profile" "removed" {
  name  = "removed"
  roles = ["${aws_iam_role.held.id}"]
}

resource "aws_iam_instance_profile" "whole" {
  name = "whole"
  role = aws_iam_role.held
}
