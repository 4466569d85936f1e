resource "aws_iam_role" "web" {
  name = "web"
  path = "/app/"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_instance_profile" "web" {
  name = aws_iam_role.web.name
  path = "/app/"
  role = aws_iam_role.web.name
}
