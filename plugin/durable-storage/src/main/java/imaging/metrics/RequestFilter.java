package imaging.metrics;

import java.io.IOException;
import javax.servlet.Filter;
import javax.servlet.FilterChain;
import javax.servlet.FilterConfig;
import javax.servlet.ServletException;
import javax.servlet.ServletRequest;
import javax.servlet.ServletResponse;
import javax.servlet.http.HttpServletRequest;
import org.eclipse.jetty.server.HttpChannel;
import org.eclipse.jetty.server.Response;

/** Measures each request that reaches one of Dicoogle's servlets. */
final class RequestFilter implements Filter {
    private static final double NANOSECONDS = 1e9;
    private static final int ERROR = 500;
    private static final int OK = 200;

    private final Metrics metrics;

    RequestFilter(Metrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void init(FilterConfig configuration) {
        // Nothing to set.
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        long began = System.nanoTime();
        boolean failed = true;
        metrics.requestBegan();
        try {
            chain.doFilter(request, response);
            failed = false;
        } finally {
            Response answer = HttpChannel.getCurrentHttpChannel().getResponse();
            // Jetty 9.0 says 0 where nobody has set a status.
            int status = answer.getStatus() == 0 ? OK : answer.getStatus();
            metrics.requestEnded(
                    Endpoint.of(((HttpServletRequest) request).getRequestURI()),
                    failed ? ERROR : status,
                    answer.getHttpOutput().getWritten(),
                    (System.nanoTime() - began) / NANOSECONDS);
        }
    }

    @Override
    public void destroy() {
        // Nothing to release.
    }
}
