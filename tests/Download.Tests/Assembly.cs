// They wait for peers, not for a processor.
[assembly: CollectionBehavior(MaxParallelThreads = 6)]
