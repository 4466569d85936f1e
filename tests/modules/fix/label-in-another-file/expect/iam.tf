resource "aws_iam_role" "edge_role" {
  name               = "edge_role"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "edge_instance_profile_2" {
  name = aws_iam_role.edge_role.name
  role = aws_iam_role.edge_role.name
}
