/* A frame without maps that an exception passes through. */
__attribute__((noinline)) void c_frame(void (*f)(void *), void *data) {
  f(data);
  __asm__ volatile("");
}
