data "aws_iam_role" "console" {
  name = "console"
}

resource "aws_instance" "console" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = data.aws_iam_role.console.name
}
