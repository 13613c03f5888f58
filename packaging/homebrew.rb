# typed: strict
# frozen_string_literal: true

# Formula for Linux: there is no build for macOS yet.
class Kubeskew < Formula
  desc "What a Kubernetes upgrade did to the requests of its clients"
  homepage "https://github.com/kubeskew/kubeskew"
  version "@VERSION@"
  license "Apache-2.0"
  depends_on :linux

  on_intel do
    url "https://github.com/kubeskew/kubeskew/releases/download/v@VERSION@/kubeskew-@VERSION@-linux-amd64.tar.gz"
    sha256 "@SHA256_amd64@"
  end
  on_arm do
    url "https://github.com/kubeskew/kubeskew/releases/download/v@VERSION@/kubeskew-@VERSION@-linux-arm64.tar.gz"
    sha256 "@SHA256_arm64@"
  end

  def install
    bin.install "bin/kubeskew"
    bin.install_symlink bin/"kubeskew" => "kubectl-skew"
    share.install Dir["share/*"]
    bash_completion.install share/"bash-completion/completions/kubeskew"
    zsh_completion.install share/"zsh/vendor-completions/_kubeskew"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/kubeskew version")
    system bin/"kubeskew", "demo"
  end
end
