import Glibc

Interrupt.install()
exit(Program.run(arguments: CommandLine.arguments, environment: currentEnvironment()).rawValue)
