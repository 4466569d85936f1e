resource "aws_instance" "edge" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.edge_instance_profile_2.name
}
