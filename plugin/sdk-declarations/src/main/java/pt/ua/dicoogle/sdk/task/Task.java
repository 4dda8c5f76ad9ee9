package pt.ua.dicoogle.sdk.task;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

public class Task<T> extends FutureTask<T> {
    public Task(Callable<T> work) {
        super(work);
    }
}
