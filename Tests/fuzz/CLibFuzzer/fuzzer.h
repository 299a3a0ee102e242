#include <stddef.h>
#include <stdint.h>

/// libFuzzer as a library (LLVM, FuzzerInterface.h): takes its options out of the arguments, and returns an exit status.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t size));
