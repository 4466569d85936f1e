resource "aws_iam_instance_profile" "web" {
  role = var.role
}

data "aws_iam_instance_profile" "db" {
  name = "db"
}

resource "aws_iam_role_policy" "web" {
  role   = aws_iam_instance_profile.web.role
  policy = var.policy
}

resource "aws_iam_role_policy" "db" {
  role   = data.aws_iam_instance_profile.db.role_name
  policy = var.policy
}

resource "aws_lambda_function" "db" {
  function_name = "db"
  role          = data.aws_iam_instance_profile.db.role_arn
}

resource "aws_instance" "web" {
  iam_instance_profile = aws_iam_instance_profile.web.role
}
