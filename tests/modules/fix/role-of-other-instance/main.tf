resource "aws_lambda_function" "same" {
  role = aws_iam_instance_profile.same[1].arn
}

# These hold `aws_iam_role.x[0]`, whatever their own index is.
resource "aws_lambda_function" "first" {
  role = aws_iam_instance_profile.first[1].arn
}

resource "aws_lambda_function" "single" {
  role = aws_iam_instance_profile.single.arn
}

# This one holds a role without an index.
resource "aws_lambda_function" "shared" {
  role = aws_iam_instance_profile.shared["a"].arn
}

resource "aws_iam_instance_profile" "same" {
  count = 2
  role  = aws_iam_role.x[count.index].name
}

resource "aws_iam_instance_profile" "first" {
  count = 2
  role  = aws_iam_role.x[0].name
}

resource "aws_iam_instance_profile" "single" {
  role = aws_iam_role.x[0].name
}

resource "aws_iam_instance_profile" "shared" {
  for_each = toset(["a"])
  role     = aws_iam_role.y.name
}

resource "aws_iam_role" "x" {
  count              = 2
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

resource "aws_iam_role" "y" {
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}
