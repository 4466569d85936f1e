resource "aws_iam_role" "worker" {
  for_each = toset(["red", "blue"])

  name               = "worker-${each.key}"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "fleet" {
  for_each = toset([
    "red",
    "blue"
  ])

  role = aws_iam_role.worker[each.key].name
}

resource "aws_instance" "worker" {
  for_each = toset(["red", "blue"])

  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_role.worker[each.key].name
}
