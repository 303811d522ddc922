internal import Foundation
internal import Synchronization

/// What is being run just now, for whoever has to say what a process broke off at.
///
/// One thing at a time: substrates run one after the other.
package enum Underway {
  private static let capacity = 1 << 16
  private static let lock = Mutex(0)

  /// The words of what is being run, behind a prefix and ended by a 0; empty if nothing is. A signal handler may read
  /// it: it never moves, and is written in place.
  package nonisolated(unsafe) static let text: UnsafeMutablePointer<CChar> = {
    let text = UnsafeMutablePointer<CChar>.allocate(capacity: capacity)
    text.initialize(repeating: 0, count: capacity)
    return text
  }()

  /// What stands between the words of one thing.
  package static let separator = "\u{1f}"

  /// What the text begins with; set once, before anything runs.
  package static var prefix: String {
    get { kept.withLock { $0 } }
    set { kept.withLock { $0 = newValue } }
  }
  private static let kept = Mutex("")

  /// Notes what begins: the substrate first.
  ///
  /// - Returns: what its end is noted with.
  package static func begin(_ words: String...) -> Int {
    lock.withLock { turn in
      turn += 1
      write(prefix + words.joined(separator: separator))
      return turn
    }
  }

  /// Notes that it has ended; what was left behind, and ends while another is run, changes nothing.
  package static func end(_ turn: Int) {
    lock.withLock { if $0 == turn { write("") } }
  }

  /// Gives the thread at work a stack for handlers of signals, for the case that its own has run over.
  ///
  /// - Returns: the stack, for whoever takes it back before the thread ends.
  @discardableResult package static func giveHandlersAStack() -> UnsafeMutableRawPointer {
    var stack = stack_t()
    stack.ss_size = 1 << 16
    let memory = UnsafeMutableRawPointer.allocate(byteCount: stack.ss_size, alignment: 16)
    stack.ss_sp = memory
    sigaltstack(&stack, nil)
    return memory
  }

  /// Takes back the stack of the thread at work.
  package static func takeBack(_ memory: UnsafeMutableRawPointer) {
    var none = stack_t()
    none.ss_flags = Int32(SS_DISABLE)
    sigaltstack(&none, nil)
    memory.deallocate()
  }

  private static func write(_ words: String) {
    // Empty until it is whole.
    text[0] = 0
    let bytes = words.utf8.prefix(capacity - 1)
    var place = 0
    for byte in bytes {
      if place > 0 { text[place] = CChar(bitPattern: byte) }
      place += 1
    }
    text[place] = 0
    if let first = bytes.first { text[0] = CChar(bitPattern: first) }
  }
}
