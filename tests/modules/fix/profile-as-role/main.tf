resource "aws_iam_role" "lent" {
  name               = "lent"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "lent" {
  name = "lent"
  role = aws_iam_role.lent.name
}

resource "aws_iam_role_policy_attachment" "lent" {
  role       = aws_iam_instance_profile.lent.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_lambda_function" "lent" {
  function_name = "lent"
  role          = aws_iam_instance_profile.lent.arn
  handler       = "index.handler"
  runtime       = "nodejs14.x"
  filename      = "lent.zip"
}

resource "aws_instance" "lent" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.lent.name
}
