resource "aws_iam_instance_profile" "missing" {
  role = aws_iam_role.web.name
}

resource "aws_iam_instance_profile" "arn" {
  role = aws_iam_role.web.name
}

resource "aws_iam_instance_profile" "list" {
  role = aws_iam_role.web.name
}

resource "aws_iam_role_policy_attachment" "web" {
  role = aws_iam_role.web.name
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "batch" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}
