resource "aws_instance" "web" {
  ami                  = "ami-12c6146b"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.web.name # the web server
}
