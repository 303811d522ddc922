internal import Foundation
internal import Harness
internal import Synchronization

/// Goes on where the code of a substrate breaks off the process: by a precondition, an overflow, a bad pointer.
///
/// Such a process cannot be mended, but it can be replaced: the handler of the signal starts the same call anew in its
/// place, and tells it through the environment what broke off. The new one leaves that out, and reports it. So the
/// other rows of a comparison still come out, at no cost where nothing breaks off.
enum Trap {
  /// What broke off, in this call.
  struct Place {
    let substrate: String
    /// What was tried, of a verification; empty of a comparison.
    let law: String
    let workload: String
  }

  private static let variable = "SUBSTRATA_TRAPPED"
  private static let record = "\u{1e}"

  /// What the processes before this one broke off at.
  private(set) nonisolated(unsafe) static var places: [Place] = []

  /// Begins to watch for signals of code that breaks off. Call it once, before any substrate prepares.
  static func watch() {
    let before = ProcessInfo.processInfo.environment[variable] ?? ""
    unsetenv(variable)
    places = before.split(separator: record).map { entry in
      let words = entry.components(separatedBy: Underway.separator)
      return Place(
        substrate: words[0], law: words.count > 1 ? words[1] : "",
        workload: words.count > 2 ? words[2] : "")
    }
    guard let path = Bundle.main.executablePath else { return }
    Underway.prefix = "\(variable)=\(before)\(record)"
    // Whatever the handler needs is there before it is needed: in a handler nothing may be allocated.
    let environment = ProcessInfo.processInfo.environment.filter { $0.key != variable }
    let variables = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(
      capacity: environment.count + 2)
    for (place, entry) in environment.enumerated() {
      variables[place] = strdup("\(entry.key)=\(entry.value)")
    }
    variables[environment.count] = Underway.text
    variables[environment.count + 1] = nil
    call = (strdup(path), variables)

    var action = sigaction()
    sigemptyset(&action.sa_mask)
    // Not blocked in the handler, or it would stay blocked in the process that takes the place of this one.
    action.sa_flags = Int32(SA_NODEFER) | Int32(SA_ONSTACK)
    let handler: @convention(c) (Int32) -> Void = { number in
      // Several threads may break off at once; one starts the call anew, which ends the others.
      while Trap.isTaken.exchange(true, ordering: .relaxed) { pause() }
      if Underway.text[0] != 0, let call = Trap.call, let path = call.path {
        execve(path, CommandLine.unsafeArgv, call.variables)
      }
      signal(number, SIG_DFL)
      raise(number)
    }
    // Where the stack has run over, the handler needs another one.
    Underway.giveHandlersAStack()
    #if os(Linux)
      action.__sigaction_handler.sa_handler = handler
    #else
      action.__sigaction_u.__sa_handler = handler
    #endif
    for number in [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV] {
      sigaction(number, &action, nil)
    }
  }

  private static let isTaken = Atomic(false)
  private nonisolated(unsafe) static var call:
    (
      path: UnsafeMutablePointer<CChar>?,
      variables: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    )?
}
