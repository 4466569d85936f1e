resource "aws_iam_instance_profile" "missing" {
}

resource "aws_iam_instance_profile" "arn" {
  role = aws_iam_role.web.arn
}

resource "aws_iam_instance_profile" "list" {
  role = [aws_iam_role.web.name]
}

resource "aws_iam_role_policy_attachment" "web" {
  role       = aws_iam_instance_profile.arn.name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

resource "aws_iam_role" "web" {
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "batch" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "batch" {
  role = aws_iam_role.batch.name
}
