"""Where next: candidates that serve most, shorten walks most, or raise the worst off first."""
