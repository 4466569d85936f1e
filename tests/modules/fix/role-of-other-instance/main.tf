resource "aws_iam_role_policy" "same" {
  role   = aws_iam_instance_profile.same[1].name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }] })
}

# These hold `aws_iam_role.x[0]`, whatever their own index is.
resource "aws_iam_role_policy" "first" {
  role   = aws_iam_instance_profile.first[1].name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }] })
}

resource "aws_iam_role_policy" "single" {
  role   = aws_iam_instance_profile.single.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }] })
}

# This one holds a role without an index.
resource "aws_iam_role_policy" "shared" {
  role   = aws_iam_instance_profile.shared["a"].name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }] })
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
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_role" "y" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}
