resource "aws_launch_template" "pool" {
  name = "pool"

  dynamic "iam_instance_profile" {
    for_each = ["once"]

    content {
      name = aws_iam_instance_profile.PoolInstanceProfile.name
    }
  }
}

resource "aws_iam_role" "PoolRole" {
  name               = "PoolRole"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "PoolInstanceProfile" {
  name = aws_iam_role.PoolRole.name
  role = aws_iam_role.PoolRole.name
}
