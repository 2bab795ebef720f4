/// Internal to stores/core: the terminal, which the log and the progress bar share.
#pragma once

#include <mutex>

namespace arkive {

/// Held by whoever writes to standard error.
struct Terminal {
  std::mutex mutex;
  bool bar_shown = false;  ///< the cursor stands at the end of a progress bar

  /// Makes room for a whole line; the bar comes back by itself. `mutex` is held.
  void clear_bar();
};

/// The one of this process; never destroyed.
Terminal& terminal();

}  // namespace arkive
