resource "aws_security_group" "calm" {
  description = "one"
}
