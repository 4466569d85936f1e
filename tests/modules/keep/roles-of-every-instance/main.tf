resource "aws_iam_role" "web" {
  count              = 1
  name               = "web"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "web" {
  name  = "web"
  roles = [aws_iam_role.web[*].name]
}

resource "aws_iam_instance_profile" "list" {
  role = [(tolist(aws_iam_role.web[*].name))]
}
