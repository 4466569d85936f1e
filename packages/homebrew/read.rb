# Reads a formula without Homebrew: collects its archives, and lists the files that it installs.
class Formula
  ARCHIVES = []

  class << self
    def desc(_) = nil
    def homepage(_) = nil
    def version(_) = nil
    def license(_) = nil
    def test = nil
    def url(address) = ARCHIVES << { address: }
    def sha256(digest) = ARCHIVES.last[:digest] = digest
    %i[on_macos on_linux on_arm on_intel].each { |name| define_method(name) { |&block| block.call } }
  end

  # Prints the paths that the formula installs.
  class Folder
    def install(path) = puts(path.is_a?(Hash) ? path.keys : path)
  end
  %i[bin man1 bash_completion fish_completion zsh_completion].each { |name| define_method(name) { Folder.new } }
end

load ARGV.fetch(0)
Formula::ARCHIVES.each { |archive| puts "#{archive[:digest]}  #{File.basename(archive[:address])}" }
CfnIpfix.new.install
