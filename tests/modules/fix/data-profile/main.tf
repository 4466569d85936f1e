data "aws_iam_instance_profile" "shared" {
  name = "shared"
}

resource "aws_instance" "name" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = data.aws_iam_instance_profile.shared.name
}

resource "aws_instance" "arn" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = data.aws_iam_instance_profile.shared.arn
}
