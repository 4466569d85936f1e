resource "aws_spot_fleet_request" "web" {
  dynamic "launch_specification" {
    for_each = var.specifications

    content {
      iam_instance_profile = launch_specification.value
    }
  }
}
