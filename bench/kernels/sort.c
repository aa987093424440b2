// Numbers sorted twice, by quicksort and by heap sort: comparisons that nobody can predict, swaps, and recursion.
#include "kernel.h"

enum { count = 1000000, short_enough = 16 };

static int32_t first[count], second[count];

static inline void swap(int32_t *a, int32_t *b) {
  const int32_t kept = *a;
  *a = *b;
  *b = kept;
}

static void insertion_sort(int32_t *begin, int32_t *end) {
  for (int32_t *i = begin + 1; i < end; ++i) {
    const int32_t value = *i;
    int32_t *j = i;
    for (; j > begin && j[-1] > value; --j) *j = j[-1];
    *j = value;
  }
}

static void quicksort(int32_t *begin, int32_t *end) {
  while (end - begin > short_enough) {
    // The median of three becomes the pivot, which also keeps the scans inside.
    int32_t *middle = begin + (end - begin) / 2;
    if (*middle < *begin) swap(middle, begin);
    if (end[-1] < *begin) swap(end - 1, begin);
    if (end[-1] < *middle) swap(end - 1, middle);
    const int32_t pivot = *middle;
    int32_t *low = begin, *high = end - 1;
    while (low <= high) {
      while (*low < pivot) ++low;
      while (*high > pivot) --high;
      if (low <= high) swap(low++, high--);
    }
    // The smaller side by recursion, the larger one by going round.
    if (high + 1 - begin < end - low) {
      quicksort(begin, high + 1);
      begin = low;
    } else {
      quicksort(low, end);
      end = high + 1;
    }
  }
  insertion_sort(begin, end);
}

static void sift_down(int32_t *heap, int root, int size) {
  const int32_t value = heap[root];
  for (int child; (child = 2 * root + 1) < size; root = child) {
    if (child + 1 < size && heap[child + 1] > heap[child]) ++child;
    if (heap[child] <= value) break;
    heap[root] = heap[child];
  }
  heap[root] = value;
}

static void heap_sort(int32_t *heap, int size) {
  for (int root = size / 2; root-- > 0;) sift_down(heap, root, size);
  while (size-- > 1) {
    swap(&heap[0], &heap[size]);
    sift_down(heap, 0, size);
  }
}

int main(void) {
  uint64_t random = 4;
  for (int i = 0; i < count; ++i) first[i] = second[i] = (int32_t)next_number(&random);

  bench_start();
  quicksort(first, first + count);
  heap_sort(second, count);
  bench_end();

  for (int i = 1; i < count; ++i)
    if (first[i - 1] > first[i]) return 1;
  const uint32_t sum = checksum(no_bytes, first, sizeof first);
  if (checksum(no_bytes, second, sizeof second) != sum) return 1;
  print_checksum(sum);
}
